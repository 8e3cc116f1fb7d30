"""The desk's lists that can be taken away as files, each with exactly the rows its page shows."""

from sanhu.portals.desk.exported import bodies, gate, matters, money
from sanhu.portals.exports.listed import offer

offer(matters.MATTERS, gate.APPLICATIONS, gate.TASKS, money.VOUCHERS, bodies.ORGANISATIONS)
