using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Relsim.Datasets;

namespace Relsim.Evaluation.Retrieval;

/// <summary>What one method found for one query, the closest first; the three lists are of the same length.</summary>
public sealed record RetrievedQuery
{
    /// <summary>Identifier of the query's picture.</summary>
    [JsonPropertyName("query_image_id"), JsonPropertyOrder(0)]
    public required string QueryImageId { get; init; }

    /// <summary>Its file, absolute or relative to the folder of the JSON file.</summary>
    [JsonPropertyName("query_image_path"), JsonPropertyOrder(1)]
    public required string QueryImagePath { get; init; }

    /// <summary>Identifiers of the pictures found.</summary>
    [JsonPropertyName("top_k_image_ids"), JsonPropertyOrder(2)]
    public required IReadOnlyList<string> TopKImageIds { get; init; }

    /// <summary>Their files, absolute or relative to the folder of the JSON file.</summary>
    [JsonPropertyName("top_k_image_paths"), JsonPropertyOrder(3)]
    public required IReadOnlyList<string> TopKImagePaths { get; init; }

    /// <summary>Their scores, finite, in the method's own direction and range.</summary>
    [JsonPropertyName("top_k_scores"), JsonPropertyOrder(4)]
    public required IReadOnlyList<double> TopKScores { get; init; }
}

/// <summary>The published <c>retrieved_images.json</c>: for each method, what it found for each query. Methods keep their order.</summary>
public static class RetrievedImages
{
    // Letters of all scripts as they are: the file is read by people too.
    private static readonly RetrievedImagesJson Readable = new(
        new JsonSerializerOptions(RetrievedImagesJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Reads the file; paths are left as they stand there.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DatasetFormatException">It is not of the format, or a query's lists differ in length; the message names file and place.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            OrderedDictionary<string, List<RetrievedQuery>>? methods =
                JsonSerializer.Deserialize(stream, RetrievedImagesJson.Default.OrderedDictionaryStringListRetrievedQuery);
            if (methods is null || methods.Count == 0)
            {
                throw new DatasetFormatException(path, """the file names no method. Expected is {"METHOD": [{"query_image_id": ..., ...}]}.""");
            }

            var read = new OrderedDictionary<string, IReadOnlyList<RetrievedQuery>>(methods.Count, StringComparer.Ordinal);
            foreach ((string method, List<RetrievedQuery> queries) in methods)
            {
                Check(path, method, queries);
                read.Add(method, queries);
            }

            return read;
        }
        catch (JsonException e)
        {
            throw new DatasetFormatException(path, (int)(e.LineNumber ?? 0) + 1, $"not retrieved images in the published format ({e.Message.Split(" LineNumber:", 2)[0]})", e);
        }
    }

    /// <summary>Writes the file, the methods in the order given, under a temporary name first.</summary>
    /// <exception cref="ArgumentException">A query's lists differ in length, or a score is not finite.</exception>
    /// <exception cref="IOException">The file cannot be written; an old file is kept.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var written = new OrderedDictionary<string, List<RetrievedQuery>>(methods.Count, StringComparer.Ordinal);
        foreach ((string method, IReadOnlyList<RetrievedQuery> queries) in methods)
        {
            written.Add(method, queries.FirstOrDefault(query => Fault(query) is not null) is { } faulty
                ? throw new ArgumentException($"Method {method}, query {faulty.QueryImageId}: {Fault(faulty)}.", nameof(methods))
                : [.. queries]);
        }

        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, written, Readable.OrderedDictionaryStringListRetrievedQuery));
    }

    private static void Check(string path, string method, List<RetrievedQuery>? queries)
    {
        if (queries is null)
        {
            throw new DatasetFormatException(path, $"method {method} has null instead of a list of queries.");
        }

        for (int i = 0; i < queries.Count; i++)
        {
            if (queries[i] is null || Fault(queries[i]) is not null)
            {
                throw new DatasetFormatException(path, $"method {method}, query {i + 1}: {(queries[i] is null ? "null" : Fault(queries[i]))}.");
            }
        }
    }

    private static string? Fault(RetrievedQuery query) => query switch
    {
        _ when query.TopKImageIds.Count != query.TopKImagePaths.Count || query.TopKImageIds.Count != query.TopKScores.Count =>
            $"{query.TopKImageIds.Count} top_k_image_ids, {query.TopKImagePaths.Count} top_k_image_paths and {query.TopKScores.Count} top_k_scores must be equally many",
        _ when query.TopKImageIds.Contains(null!) || query.TopKImagePaths.Contains(null!) => "an id or a path is null",
        _ when query.TopKScores.Any(score => !double.IsFinite(score)) => "a score is not a finite number",
        _ => null,
    };
}

[JsonSourceGenerationOptions(WriteIndented = true, RespectNullableAnnotations = true, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(OrderedDictionary<string, List<RetrievedQuery>>))]
internal sealed partial class RetrievedImagesJson : JsonSerializerContext;
