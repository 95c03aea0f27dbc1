# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated ONTAP cluster for tests, the demo, and rehearsals: true to the REST API, strict, and quick.

It stands on the published API reference, and tests hold it against the vendor's SDK. What is not simulated says so, in the
docstring of its model and in the refusal that a client gets.
"""
