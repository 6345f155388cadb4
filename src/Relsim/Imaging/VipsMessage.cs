namespace Relsim.Imaging;

/// <summary>Turns a message of libvips into a fault and one clause; the libraries below it give no codes.</summary>
internal static class VipsMessage
{
    private const int MaxLength = 160;

    private static readonly string[] Truncations =
        ["premature end", "truncated", "end of file", "end of stream", "unexpected end", "not enough data", "out of data", "eof", "bad seek", "read error"];

    private static readonly string[] Unsupporteds =
        ["unsupported", "not supported", "not configured", "not implemented", "unknown compression"];

    internal static string Explain(string message, out ImageFault fault)
    {
        if (message.Contains("empty jpeg image", StringComparison.OrdinalIgnoreCase))
        {
            fault = ImageFault.ZeroArea;
        }
        else if (ContainsAny(message, Truncations))
        {
            fault = ImageFault.Truncated;
        }
        else
        {
            fault = ContainsAny(message, Unsupporteds) ? ImageFault.Unsupported : ImageFault.Corrupt;
        }

        // The first line only names the operation; the reason is what the library said first after it.
        string[] lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string reason = (lines.Length > 1 ? lines[1] : lines.FirstOrDefault() ?? "unknown reason").TrimEnd('.');
        reason = string.Concat(reason.Where(c => !char.IsControl(c)).Take(MaxLength));
        return $"{(fault == ImageFault.Truncated ? "the file ends too early" : "cannot be decoded")} ({reason})";
    }

    private static bool ContainsAny(string message, string[] parts) =>
        parts.Any(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
}
