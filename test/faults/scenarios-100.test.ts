import { playedFrom } from './scenarios.ts';

playedFrom(100);
