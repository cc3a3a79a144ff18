// Asking the preview's server.

export async function get(address, values = {}) {
  const query = new URLSearchParams(values).toString();
  const answer = await fetch(query ? `${address}?${query}` : address);
  return answer.ok ? answer.json() : null;
}

// The only thing that writes. The token is one that no other site can read.
export async function post(address, token, value) {
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-Token": token }, body: JSON.stringify(value) });
  return answer.ok ? answer.json() : null;
}

export function follow(onChange, onLost) {
  const events = new EventSource("/events");
  events.onmessage = onChange;
  events.onerror = onLost;
}
