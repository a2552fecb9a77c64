// @ts-check
// The address of a piece that began on this page: once there is one, a reload opens it, and not another new one.
let address = "";

/**
 * The page stands at this address from now on.
 * @param {string} given
 */
export function stayAt(given) {
  address = given;
  stay();
}

// After a step through the browser's history, which knows the address of before.
export function stay() {
  if (address && location.pathname !== address) history.replaceState(history.state, "", address);
}
