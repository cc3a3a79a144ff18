// Asking the preview's server. Where it is gone, or has nothing, the answer is null.

async function ask(address, options) {
  try {
    const answer = await fetch(address, options);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

export function get(address, values = {}) {
  const query = new URLSearchParams(values).toString();
  return ask(query ? `${address}?${query}` : address);
}

// The only thing that writes. The token is one that no other site can read.
export function post(address, token, value) {
  const headers = { "Content-Type": "application/json", "X-Token": token };
  return ask(address, { method: "POST", headers, body: JSON.stringify(value) });
}

export function follow(onChange, onLost) {
  const events = new EventSource("/events");
  events.onmessage = onChange;
  events.onerror = onLost;
}
