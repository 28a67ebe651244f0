// SPDX-License-Identifier: Apache-2.0
// journal.mjs - a journal for accounting (FEC) read back and held to article A47 A-1 of the Livre
// des procédures fiscales: 18 columns by name and order, dates, amounts, numbers without a gap in
// the order of time, nothing blank that must be filled, each entry balanced.
import assert from "node:assert/strict";

const HEADS = ["JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
  "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
  "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"];
const FILLED = ["JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum",
  "CompteLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "ValidDate"];

// The lines one by one, as objects; sep: between columns.
export function* journalRows(lines, sep = "\t") {
  let heads = null;
  for (const line of lines) {
    const cells = line.split(sep);
    assert.equal(cells.length, 18, line);
    if (heads === null) {
      heads = cells;
      assert.deepEqual(heads, HEADS);
    } else {
      yield Object.fromEntries(heads.map((h, i) => [h, cells[i]]));
    }
  }
}

const cents = (text) => {
  assert.match(text, /^\d+,\d\d$/);
  return Number(text.replace(",", ""));
};

// Holds row after row; keeps only what the next needs.
export class JournalReader {
  constructor() {
    this.entry = 0;
    this.date = "";
    this.sum = this.debit = this.credit = this.rows = 0;
    this.names = new Map();
  }

  row(r) {
    for (const name of FILLED) assert.notEqual(r[name], "", `${name} of entry ${r.EcritureNum}`);
    for (const name of ["EcritureDate", "PieceDate", "ValidDate"])
      assert.match(r[name], /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/);
    assert.match(r.CompteNum, /^\d{3,}/);
    assert.ok(r.EcritureDate >= this.date, `entry ${r.EcritureNum} is out of order`);
    this.date = r.EcritureDate;
    const number = Number(r.EcritureNum);
    if (number !== this.entry) {
      assert.equal(number, this.entry + 1, "a gap in the numbers");
      assert.equal(this.sum, 0, `entry ${this.entry} does not balance`);
      this.entry = number;
    }
    const [debit, credit] = [cents(r.Debit), cents(r.Credit)];
    assert.ok((debit === 0) !== (credit === 0), `entry ${number}: one side, and not both`);
    this.sum += debit - credit;
    this.debit += debit;
    this.credit += credit;
    assert.equal(r.CompAuxNum === "", r.CompAuxLib === "");
    if (r.CompAuxNum !== "") { // One name for each customer.
      assert.match(r.CompAuxNum, /^C\d{9}$/);
      assert.equal(this.names.get(r.CompAuxNum) ?? r.CompAuxLib, r.CompAuxLib);
      if (this.names.size < 100000) this.names.set(r.CompAuxNum, r.CompAuxLib);
    }
    this.rows++;
  }

  end() {
    assert.equal(this.sum, 0, "the last entry does not balance");
    assert.equal(this.debit, this.credit);
  }
}

export function readJournal(text, sep = "\t") {
  assert.ok(text.endsWith("\r\n"));
  const reader = new JournalReader();
  const entries = new Map();
  const pieces = new Set();
  for (const r of journalRows(text.slice(0, -2).split("\r\n"), sep)) {
    reader.row(r);
    pieces.add(r.PieceRef);
    entries.set(r.EcritureNum, [...(entries.get(r.EcritureNum) ?? []), r]);
  }
  reader.end();
  return { entries: [...entries.values()], pieces };
}
