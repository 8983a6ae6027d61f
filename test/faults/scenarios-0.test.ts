import { playedFrom } from './scenarios.ts';

playedFrom(0);
