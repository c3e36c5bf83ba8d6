/**
 * Owns: which steps lead from what is to what is wished: launches, stops, changes of size, waiting.
 * Does not own: taking the steps.
 * Called by reconcile. Invariant: pure; when the steps of a plan have been taken and nothing else happens, the next plan is empty.
 */
@NullMarked
package dev.berth.provisioner.rollout;

import org.jspecify.annotations.NullMarked;
