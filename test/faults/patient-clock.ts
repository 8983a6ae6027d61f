/** The clock of all scenarios of a process. */

import { startPatientClock } from '../../src/lab/patient-clock.ts';

export const { now: patientNow, sleep: patientSleep } = startPatientClock();
