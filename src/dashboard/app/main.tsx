import { render } from 'preact';
import { Page } from './page.js';
import './main.css';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<Page />, root);
}
