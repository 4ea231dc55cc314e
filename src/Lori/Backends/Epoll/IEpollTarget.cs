// SPDX-License-Identifier: MIT
namespace Lori.Backends.Epoll;

/// <summary>Is something whose descriptor epoll watches.</summary>
internal interface IEpollTarget
{
    /// <summary>Hears which of EPOLLIN, EPOLLOUT ... hold for the descriptor.</summary>
    void OnEvents(uint events);
}
