// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Chat;

/// <summary>Reads the command line.</summary>
internal static class Arguments
{
    public static bool TryParse(string[] args, out string host, out int port)
    {
        (host, port) = ("localhost", 8080);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return false;
            if (args[i] == "--host" && args[i + 1].Length > 0) host = args[i + 1];
            else if (args[i] == "--port" && ushort.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) port = number;
            else return false;
        }

        return true;
    }
}
