// SPDX-License-Identifier: MIT
global using Lori;
global using Lori.Tests;
global using Xunit;
