// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Lori.Tls.OpenSsl;

/// <summary>Owns one reference to an SSL_CTX. The SSL objects made from it have their own.</summary>
internal sealed class SafeSslContextHandle : SafeHandle
{
    public SafeSslContextHandle(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibSsl.ContextFree(handle);
        return true;
    }
}
