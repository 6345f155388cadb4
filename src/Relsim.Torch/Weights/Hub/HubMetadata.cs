using System.Text.Json;

namespace Relsim.Torch.Weights.Hub;

/// <summary>A file as the hub lists it; size and checksum are null where the listing has none.</summary>
internal sealed record ListedFile(string Name, long? Size, string? Hash);

/// <summary>A revision of a model: the commit and what it holds.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<ListedFile> Files)
{
    private const int MostFiles = 20_000;

    /// <summary>Reads the answer of <c>/api/models/{id}/revision/{revision}?blobs=true</c>.</summary>
    /// <exception cref="HubException">It is not such an answer.</exception>
    public static HubListing Parse(ReadOnlyMemory<byte> json, HubModelId id)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string? commit = document.RootElement.GetProperty("sha").GetString();
            JsonElement siblings = document.RootElement.GetProperty("siblings");
            if (commit is null || !HubModelId.IsCommit(commit) || siblings.GetArrayLength() > MostFiles)
            {
                throw NotUnderstood(id, null);
            }

            List<ListedFile> files = [.. siblings.EnumerateArray().Select(ParseFile)];
            return files.DistinctBy(file => file.Name).Count() == files.Count ? new HubListing(commit, files) : throw NotUnderstood(id, null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NotUnderstood(id, e);
        }
    }

    private static ListedFile ParseFile(JsonElement file)
    {
        string name = file.GetProperty("rfilename").GetString() ?? throw new FormatException("a file without a name");
        JsonElement large = file.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object ? lfs : default;
        string? hash = large.ValueKind == JsonValueKind.Object ? Text(large, "sha256") ?? Text(large, "oid") : Text(file, "blobId");
        long? size = Number(file, "size") ?? (large.ValueKind == JsonValueKind.Object ? Number(large, "size") : null);
        return new ListedFile(name, size, hash is not null && BlobHash.IsHash(hash) ? hash : null);
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.TryGetInt64(out long number) && number >= 0 ? number : throw new FormatException("a size that is none")
            : null;

    private static HubException NotUnderstood(HubModelId id, Exception? e) =>
        new(HubFailure.BadAnswer, $"{id}: the hub's list of files is not understood. Is HF_ENDPOINT right?", e);
}
