"use strict";
// Everything is put in as text, never as markup: titles and quotes come from documents.

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body };
}

// -- ask ------------------------------------------------------------------------------------------

function marked(quote, answer) {
  const made = element("blockquote");
  const at = answer ? quote.toLowerCase().indexOf(answer.toLowerCase()) : -1;
  if (at < 0) made.append(quote);
  else {
    const end = at + answer.length;
    made.append(quote.slice(0, at), element("mark", quote.slice(at, end)), quote.slice(end));
  }
  return made;
}

document.getElementById("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const shown = document.getElementById("answer");
  shown.replaceChildren(element("p", "…"));
  const question = document.getElementById("question").value;
  const response = await fetch("/ask", post(JSON.stringify({ question })));
  const found = await response.json();
  if (!response.ok) {
    shown.replaceChildren(element("p", [found.error, found.hint].filter(Boolean).join(". ")));
    return;
  }
  const parts = [element("p", "", element("strong", found.answer ?? "I don't know."))];
  for (const citation of found.citations) {
    const quote = marked(citation.quote, found.answer);
    const names = [citation.title || citation.uri, citation.place].filter(Boolean).join(", ");
    quote.append(element("br"), element("cite", `${names} ${citation.start}:${citation.end}`));
    parts.push(quote);
  }
  for (const fact of found.facts)
    parts.push(element("p", `${fact.subject} – ${fact.predicate} → ${fact.object}`));
  shown.replaceChildren(...parts);
});

// -- the operations ---------------------------------------------------------------------------------

function resolve(schema, all) {
  const name = schema?.$ref?.split("/").pop();
  return name ? all[name] : schema;
}

function example(schema, all) {
  const found = resolve(schema, all);
  if (!found) return null;
  if (found.anyOf) return example(found.anyOf[0], all);
  if (found.properties) {
    const needed = found.required ?? Object.keys(found.properties);
    return Object.fromEntries(needed.map((key) => [key, example(found.properties[key], all)]));
  }
  if (found.type === "array") return [example(found.items, all)];
  return { string: "", integer: 0, number: 0, boolean: false }[found.type] ?? null;
}

function shownOperation(method, path, operation, all) {
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  const section = element("section", "", element("h2", `${method.toUpperCase()} ${path}`));
  section.append(element("p", operation.description ?? operation.summary ?? ""));
  const input = element("textarea");
  const address = element("input");
  address.value = path;
  address.setAttribute("aria-label", "Path");
  if (body) {
    input.value = JSON.stringify(example(body, all), null, 1);
    input.setAttribute("aria-label", "Body");
  }
  const output = element("pre");
  output.hidden = true;
  const send = element("button", "Send");
  send.addEventListener("click", async () => {
    const request = body ? { ...post(input.value), method } : { method };
    const response = await fetch(address.value, request);
    const text = await response.text();
    let pretty = text;
    try {
      pretty = JSON.stringify(JSON.parse(text), null, 1);
    } catch {
      // Not JSON: shown as it came.
    }
    output.hidden = false;
    output.textContent = `${response.status}\n${pretty}`;
  });
  const forms = element("details", "", element("summary", "Try it"), address);
  if (body) forms.append(input);
  forms.append(send, output);
  section.append(forms);
  return section;
}

fetch("/openapi.json")
  .then((response) => response.json())
  .then((api) => {
    const shown = document.getElementById("operations");
    const all = api.components?.schemas ?? {};
    for (const [path, methods] of Object.entries(api.paths))
      for (const [method, operation] of Object.entries(methods))
        shown.append(shownOperation(method, path, operation, all));
  });
