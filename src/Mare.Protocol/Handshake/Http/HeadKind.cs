// SPDX-License-Identifier: MIT
namespace Mare.Protocol;

/// <summary>Says which start line a head has.</summary>
internal enum HeadKind : byte
{
    /// <summary>Begins with a request line; one empty line before it is ignored.</summary>
    Request,

    /// <summary>Begins with a status line.</summary>
    Response,
}
