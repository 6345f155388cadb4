using System.Text;

namespace Relsim.Torch.Weights.Hub;

/// <summary>Which names of a server may become files on this machine: relative, downwards only, and the same file on every system.</summary>
internal static class HubFileNames
{
    private const int LongestPath = 1024;
    private const int LongestPart = 255; // bytes, what file systems take
    private const int DeepestPath = 16;

    // Windows opens devices by these names, whatever their extension.
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"COM{i}", $"LPT{i}" })], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the name of a file of a model, with '/' between folders, may be written below a folder.</summary>
    public static bool IsSafe(string name)
    {
        string[] parts = name.Split('/');
        return name.Length <= LongestPath && parts.Length <= DeepestPath && parts.All(IsSafePart);
    }

    private static bool IsSafePart(string part) =>
        part.Length > 0 && part is not "." and not ".." && part[^1] is not '.' and not ' '
        && Encoding.UTF8.GetByteCount(part) <= LongestPart
        && !part.Any(c => char.IsControl(c) || char.IsSurrogate(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|')
        && !Devices.Contains(part.Split('.')[0]);
}
