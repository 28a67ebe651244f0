// SPDX-License-Identifier: Apache-2.0
// Mail over SMTP, against the smtp-server package: what a relay may answer, and what we must not
// accept. Each message is an outbox row made by "maillon mail test --queue".
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { networkInterfaces } from "node:os";
import { after, before, describe, test } from "node:test";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { makeAgent, openShop, placeOrder } from "./buyers.mjs";
import { engines, startServer } from "./server.mjs";
import { hurry } from "./till.mjs";
import { until } from "./wait.mjs";

const temporary = (code, text) => Object.assign(new Error(text), { responseCode: code });

// A relay that remembers what it got and misbehaves by the recipient's name. answered: a promise
// that it waits for before it answers a whole message.
function startRelay({ host = "127.0.0.1", answered = null, ...options } = {}) {
  const got = [];
  const whole = [];
  const tries = {};
  const clear = [];
  const count = (to) => { tries[to] = (tries[to] ?? 0) + 1; return tries[to]; };
  const relay = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...options,
    onMailFrom(address, session, done) {
      if (!session.secure) clear.push(address.address);
      done();
    },
    onRcptTo({ address }, session, done) {
      const n = count(address);
      if (address.startsWith("later") && n === 1) return done(temporary(451, "4.7.1 Try later"));
      if (address.startsWith("never")) return done(temporary(550, "5.1.1 No such mailbox"));
      done();
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo[0].address;
      const parts = [];
      stream.on("data", (part) => parts.push(part));
      stream.on("end", async () => {
        whole.push(to);
        await answered;
        if (to.startsWith("cut") && tries[to] === 1) {
          for (const c of relay.connections) if (c.session === session) c._socket.destroy();
          return;
        }
        if (to.startsWith("spam")) return done(temporary(554, "5.7.1 Refused by policy"));
        got.push({ to, from: session.envelope.mailFrom.address, raw: Buffer.concat(parts) });
        done();
      });
    },
  });
  relay.on("error", () => {}); // Broken handshakes are what some tests want.
  return new Promise((resolve) => relay.listen(0, host, () => resolve({
    got, whole, tries, clear, port: relay.server.address().port,
    close: () => new Promise((done) => relay.close(done)),
  })));
}

// Runs a command. The relay lives in this process, so nothing may block it.
function command(env, ...args) {
  return new Promise((resolve) => {
    const child = spawn(process.env.MAILLON_BIN ?? "build/maillon", args,
      { env, stdio: ["ignore", "pipe", "ignore"] });
    let out = "";
    child.stdout.on("data", (part) => { out += part; });
    child.on("close", (status) => resolve({ status, mail: JSON.parse(out) }));
  });
}

const sendNow = (env) => command(env, "mail", "test", "--json", "a@exemple.fr");

async function queue(server, to) {
  const { status, mail } = await command(server.env, "mail", "test", "--json", "--queue", to);
  assert.equal(status, 0);
  return mail.id;
}

async function stateOf(server, id) {
  const { mail } = await command(server.env, "mail", "list", "--json");
  return mail.find((m) => m.id === id);
}

const isSent = async (server, id) => (await stateOf(server, id)).state === "sent";

async function isRefused(server, id) {
  const m = await stateOf(server, id);
  return m.state === "refused" && m;
}

for (const engine of engines()) {
  describe(`a relay in its moods [${engine}]`, () => {
    let relay, server;
    before(async () => {
      relay = await startRelay({ disabledCommands: ["STARTTLS", "AUTH"] });
      server = await startServer({ engine, env: {
        MAILLON_MAIL: `smtp://127.0.0.1:${relay.port}`,
        MAILLON_MAIL_FROM: "Les masques <ne-pas-repondre@exemple.fr>",
      } });
    });
    after(async () => { await server.stop(); await relay.close(); });

    test("a message arrives as it was written", async () => {
      const id = await queue(server, "bonne@exemple.fr");
      const got = await until("arrival", () => relay.got.find((m) => m.to === "bonne@exemple.fr"));
      const mail = await simpleParser(got.raw);
      assert.equal(got.from, "ne-pas-repondre@exemple.fr");
      assert.equal(mail.from.value[0].name, "Les masques");
      assert.equal(mail.to.value[0].address, "bonne@exemple.fr");
      assert.equal(mail.subject, "Essai d’envoi");
      assert.equal(mail.headers.get("auto-submitted"), "auto-generated");
      assert.match(mail.text, /^Bonjour,\n\nCe message montre que le service peut vous écrire\./);
      assert.match(mail.messageId, /^<[0-9A-Z]{26}@exemple\.fr>$/);
      assert.ok(Math.abs(mail.date - Date.now()) < 3600_000);
      assert.ok(got.raw.toString("latin1").split("\r\n").every((l) => l.length <= 78));
      await until("the row says so", () => isSent(server, id));
    });

    test("4xx and a cut connection are tried again; 5xx ends it; none delays the others",
      async () => {
        const later = await queue(server, "later@exemple.fr");
        const cut = await queue(server, "cut@exemple.fr");
        const never = await queue(server, "never@exemple.fr");
        const spam = await queue(server, "spam@exemple.fr");
        const other = await queue(server, "autre@exemple.fr");
        await until("the other one", () => isSent(server, other));
        const refused = await until("the no", () => isRefused(server, never));
        assert.equal(refused.code, 550);
        assert.match(refused.answer, /No such mailbox/);
        const policy = await until("the policy's no", () => isRefused(server, spam));
        assert.equal(policy.code, 554);
        hurry(server.database, "MAIL_SEND");
        await until("the second try", () => isSent(server, later));
        await until("the try after the cut", () => isSent(server, cut));
        assert.equal((await stateOf(server, later)).tries, 2);
        assert.equal(relay.tries["never@exemple.fr"], 1);
        assert.equal(relay.tries["spam@exemple.fr"], 1);
        const ids = relay.got.filter((m) => m.to === "later@exemple.fr");
        assert.equal(ids.length, 1);
        assert.doesNotMatch(server.log(), /exemple\.fr/, "an address stands in the log");
      });

    test("a password is given when there is one, and a wrong one is no refusal", async (t) => {
      const guarded = await startRelay({
        authOptional: false,
        allowInsecureAuth: true,
        disabledCommands: ["STARTTLS"],
        onAuth: ({ username, password }, session, done) =>
          username === "maillon" && password === "secret-relais"
            ? done(null, { user: username })
            : done(temporary(535, "5.7.8 Bad credentials")),
      });
      t.after(() => guarded.close());
      const env = { ...server.env, MAILLON_MAIL: `smtp://127.0.0.1:${guarded.port}`,
        MAILLON_MAIL_USER: "maillon" };
      const send = (password) => sendNow({ ...env, MAILLON_MAIL_PASSWORD: password });
      const bad = await send("faux");
      assert.equal(bad.status, 1);
      assert.equal(bad.mail.state, "delayed");
      const good = await send("secret-relais");
      assert.equal(good.status, 0);
      assert.equal(good.mail.state, "sent");
    });
  });
}

// How long the relay thinks: as long as the orders take, or so many seconds (test/torture).
const SLOW_S = Number(process.env.MAILLON_RELAY_SECONDS ?? 0);

for (const engine of engines()) {
  test(`a relay that thinks for long slows no sale and gets nothing twice [${engine}]`,
    async (t) => {
      let answer;
      const relay = await startRelay({ disabledCommands: ["STARTTLS", "AUTH"],
        socketTimeout: 600_000, answered: new Promise((resolve) => { answer = resolve; }) });
      const shop = openShop(engine, { packs: 100, companies: 40 });
      const server = await startServer({ engine, database: shop.database,
        env: { ...shop.env, MAILLON_MAIL: `smtp://127.0.0.1:${relay.port}` } });
      const agent = makeAgent();
      t.after(async () => {
        answer();
        agent.destroy();
        await server.stop();
        await relay.close();
        shop.database.remove();
      });
      const ids = [];
      for (let i = 0; i < 8; i++) ids.push(await queue(server, `lente${i}@exemple.fr`));
      await until("the relay has messages and is silent", () => relay.whole.length > 1);
      const orders = await Promise.all(shop.buyers.map((buyer) =>
        placeOrder(server.port, agent, buyer, { key: `relais-${buyer.siren}` })));
      assert.deepEqual(orders.filter((o) => o.status !== 303).map((o) => o.text), []);
      assert.equal(relay.got.length, 0);
      await new Promise((resolve) => setTimeout(resolve, SLOW_S * 1000));
      assert.equal(new Set(relay.whole).size, relay.whole.length, "given up and sent again");
      answer();
      for (const id of ids) await until("it is sent", () => isSent(server, id));
      assert.deepEqual(relay.got.map((m) => m.to).sort(),
        ids.map((_, i) => `lente${i}@exemple.fr`));
    });
}

describe("no message goes out in clear or to a stranger", () => {
  let server;
  before(async () => { server = await startServer(); });
  after(() => server.stop());

  const send = (mail) => sendNow({ ...server.env, MAILLON_MAIL: mail });

  test("smtps with a self-signed certificate is refused", async (t) => {
    const relay = await startRelay({ secure: true });
    t.after(() => relay.close());
    const { status, mail } = await send(`smtps://localhost:${relay.port}`);
    assert.equal(status, 1);
    assert.equal(mail.state, "delayed");
    assert.match(mail.answer, /certificate|SSL/i);
    assert.equal(relay.got.length, 0);
  });

  const outside = Object.values(networkInterfaces()).flat()
    .find((a) => a.family === "IPv4" && !a.internal)?.address;
  const reason = outside ? false : "this machine has no address but its loopback";

  test("STARTTLS with a self-signed certificate is refused", { skip: reason }, async (t) => {
    const relay = await startRelay({ host: outside });
    t.after(() => relay.close());
    const { status, mail } = await send(`smtp://${outside}:${relay.port}`);
    assert.equal(status, 1);
    assert.equal(mail.state, "delayed");
    assert.match(mail.answer, /certificate|SSL/i);
    assert.deepEqual(relay.clear, []);
  });

  test("a relay elsewhere that offers no TLS gets nothing", { skip: reason }, async (t) => {
    const relay = await startRelay({ host: outside, disabledCommands: ["STARTTLS"] });
    t.after(() => relay.close());
    const { status, mail } = await send(`smtp://${outside}:${relay.port}`);
    assert.equal(status, 1);
    assert.equal(mail.state, "delayed");
    assert.deepEqual(relay.clear, []);
    assert.equal(relay.got.length, 0);
  });

  test("a relay that is not there delays the message", async () => {
    const relay = await startRelay();
    await relay.close();
    const { status, mail } = await send(`smtp://127.0.0.1:${relay.port}`);
    assert.equal(status, 1);
    assert.equal(mail.state, "delayed");
    assert.equal(mail.code, 0);
  });
});
