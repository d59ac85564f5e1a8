import { render } from 'preact';
import { App } from './page.js';
import './main.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
