// SPDX-License-Identifier: MIT
global using Lori;
global using Xunit;
