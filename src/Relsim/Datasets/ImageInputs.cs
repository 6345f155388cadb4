using System.Text.Json;
using Relsim.Imaging;

namespace Relsim.Datasets;

/// <summary>A picture to read: the identifier that results carry, and where the file is.</summary>
/// <param name="Id">The manifest's identifier, or the path where there is no manifest.</param>
/// <param name="Path">The file; it is not promised to exist, so that a missing picture becomes an error record of the reader.</param>
public sealed record ImageInput(string Id, string Path);

/// <summary>A line of a manifest.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Columns">The whole line, further columns included.</param>
public sealed record ManifestLine(ImageInput Input, JsonElement Columns);

/// <summary>Turns what a user names (images, folders, JSONL manifests) into pictures to read.</summary>
public static class ImageInputs
{
    /// <summary>
    /// Streams the pictures in order. A folder gives every picture below it, sorted by ordinal path. A <c>.jsonl</c> file gives its lines:
    /// <c>{"id","path"}</c> with paths relative to <paramref name="imageDir"/> or else to the manifest, or the published <c>{"image_hash",...}</c>,
    /// whose picture is <c>{image_hash}.png</c> (or another known extension) in <paramref name="imageDir"/> or else beside the manifest.
    /// </summary>
    /// <exception cref="FileNotFoundException">A path that was named is neither a file nor a folder.</exception>
    /// <exception cref="DatasetFormatException">A manifest's line cannot be read; the message names file and line.</exception>
    public static IEnumerable<ImageInput> Expand(IEnumerable<string> paths, string? imageDir = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return paths.SelectMany(path => ExpandOne(path, imageDir));
    }

    /// <summary>Streams the lines of a JSONL manifest, as <see cref="Expand"/> reads it, with all their columns.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">A line cannot be read; the message names file and line.</exception>
    public static IEnumerable<ManifestLine> ReadManifest(string path, string? imageDir = null) =>
        JsonLines.Read(path, DatasetJson.Default.JsonElement).Select(line => new ManifestLine(FromLine(path, line.Line, line.Value, imageDir), line.Value));

    /// <summary>Every picture below a folder, sorted by ordinal path; hidden and system files are left out.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static IReadOnlyList<string> InFolder(string folder)
    {
        EnumerationOptions options = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };
        string[] files = Directory.EnumerateFiles(folder, "*", options).Where(IsImage).ToArray();
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static IEnumerable<ImageInput> ExpandOne(string path, string? imageDir)
    {
        if (Directory.Exists(path))
        {
            return InFolder(path).Select(file => new ImageInput(file, file));
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is neither a file nor a folder.", path);
        }

        return Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase)
            ? ReadManifest(path, imageDir).Select(line => line.Input)
            : [new ImageInput(path, path)];
    }

    private static ImageInput FromLine(string manifest, int line, JsonElement value, string? imageDir)
    {
        string folder = imageDir ?? Path.GetDirectoryName(Path.GetFullPath(manifest))!;
        if (value.ValueKind == JsonValueKind.Object && Text(value, "path") is { } path)
        {
            return new ImageInput(Text(value, "id") ?? path, Path.Combine(folder, path));
        }

        if (value.ValueKind == JsonValueKind.Object && Text(value, "image_hash") is { } hash)
        {
            // A hash is a file name: anything that could climb out of the folder is refused.
            return hash.AsSpan().IndexOfAny("/\\:\0") < 0 && hash is not (".." or ".")
                ? new ImageInput(hash, FindByHash(folder, hash))
                : throw new DatasetFormatException(manifest, line, $"image_hash \"{hash}\" is not a plain file name.");
        }

        throw new DatasetFormatException(manifest, line, "a line needs \"path\" (with \"id\") or \"image_hash\", as text that is not empty.");
    }

    private static string FindByHash(string folder, string hash)
    {
        IEnumerable<string> candidates = ImageFormats.Extensions.Prepend(".png").Select(extension => Path.Combine(folder, hash + extension));
        return candidates.FirstOrDefault(File.Exists) ?? Path.Combine(folder, hash + ".png");
    }

    private static string? Text(JsonElement value, string name) => value.TryGetProperty(name, out JsonElement field)
        ? field.ValueKind switch
        {
            JsonValueKind.String => string.IsNullOrEmpty(field.GetString()) ? null : field.GetString(),
            JsonValueKind.Number when name == "id" => field.GetRawText(),
            _ => null,
        }
        : null;

    private static bool IsImage(string path) => ImageFormats.Extensions.Contains(Path.GetExtension(path));
}
