// SPDX-License-Identifier: MIT
namespace Lori;

/// <summary>Holds what an <see cref="EventLoop"/> has counted since it started.</summary>
/// <param name="Turns">How many turns have run.</param>
/// <param name="LastTurn">How long the last turn worked, waiting aside: what arrived meanwhile waited that long.</param>
/// <param name="LongestTurn">How long the longest turn worked.</param>
/// <param name="LatestTimer">How late the latest timer ran: the loop's lag as its actors saw it.</param>
public readonly record struct EventLoopStatistics(long Turns, TimeSpan LastTurn, TimeSpan LongestTurn, TimeSpan LatestTimer);
