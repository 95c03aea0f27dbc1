# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small stand-in of AWX 24.6.1: the objects that a setup needs, and the refusals of the real server.

It speaks /api/v2 to clients that were not written for it: awxkit (`awx import`, `awx export`) and the modules of awx.awx. It runs nothing:
there are no jobs. The sources are the serializers, models and views of AWX, named beside each rule; where none was at hand it says
"choice".
"""
