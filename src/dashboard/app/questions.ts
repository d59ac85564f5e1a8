/** The page's questions to the gateway: documents of documents/dashboard-*.graphql, each with the types of its answer. */
import acknowledgeText from '../../../documents/dashboard-acknowledge.graphql';
import alertStreamText from '../../../documents/dashboard-alert-stream.graphql';
import alertsText from '../../../documents/dashboard-alerts.graphql';
import audienceText from '../../../documents/dashboard-audience.graphql';
import experimentsText from '../../../documents/dashboard-experiments.graphql';
import explanationText from '../../../documents/dashboard-explanation.graphql';
import liveText from '../../../documents/dashboard-live.graphql';
import overviewText from '../../../documents/dashboard-overview.graphql';
import qualityText from '../../../documents/dashboard-quality.graphql';
import sessionText from '../../../documents/dashboard-session.graphql';
import sessionsText from '../../../documents/dashboard-sessions.graphql';
import stateText from '../../../documents/dashboard-state.graphql';
import videoText from '../../../documents/dashboard-video.graphql';
import videosText from '../../../documents/dashboard-videos.graphql';
import type { Question } from './answer.js';
import type * as answers from './answers.generated.js';

const question = <Answer, Variables>(text: string): Question<Answer, Variables> => ({ text });

export const acknowledge = question<answers.AcknowledgeAnswer, answers.AcknowledgeVariables>(acknowledgeText);
export const alertStream = question<answers.AlertStreamAnswer, answers.AlertStreamVariables>(alertStreamText);
export const alerts = question<answers.AlertsAnswer, answers.AlertsVariables>(alertsText);
export const audience = question<answers.AudienceAnswer, answers.AudienceVariables>(audienceText);
export const experiments = question<answers.ExperimentsAnswer, answers.ExperimentsVariables>(experimentsText);
export const explanation = question<answers.ExplanationAnswer, answers.ExplanationVariables>(explanationText);
export const live = question<answers.LiveAnswer, answers.LiveVariables>(liveText);
export const overview = question<answers.OverviewAnswer, answers.OverviewVariables>(overviewText);
export const quality = question<answers.QualityAnswer, answers.QualityVariables>(qualityText);
export const session = question<answers.SessionAnswer, answers.SessionVariables>(sessionText);
export const sessions = question<answers.SessionsAnswer, answers.SessionsVariables>(sessionsText);
export const state = question<answers.StateAnswer, answers.StateVariables>(stateText);
export const video = question<answers.VideoAnswer, answers.VideoVariables>(videoText);
export const videos = question<answers.VideosAnswer, answers.VideosVariables>(videosText);
