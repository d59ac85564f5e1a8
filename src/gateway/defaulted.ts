/** Arguments as a resolver gets them: those that the contract has defaults for are always there. */
export type Defaulted<Args, Names extends keyof Args> = Args & Required<Pick<Args, Names>>;
