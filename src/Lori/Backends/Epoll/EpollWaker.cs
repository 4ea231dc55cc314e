// SPDX-License-Identifier: MIT
using Lori.Backends.Linux;

namespace Lori.Backends.Epoll;

/// <summary>Hears the waker's signal, which has done its work by ending the wait.</summary>
internal sealed class EpollWaker(Waker waker) : IEpollTarget
{
    public void OnEvents(uint events) => waker.Clear();
}
