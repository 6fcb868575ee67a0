/** The demonstration, told by the example: the one place where the command line reaches outside `src`. */
export { runDemo } from '../../examples/demo/run.ts';
