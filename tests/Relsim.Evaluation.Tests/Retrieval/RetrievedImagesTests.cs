using CsCheck;
using Relsim.Datasets;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class RetrievedImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relsim-evaluation-tests-").FullName;

    private string File => Path.Combine(_folder, "retrieved_images.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Read_PublishedFields_KeepsOrderOfMethodsAndIgnoresTheRest()
    {
        System.IO.File.WriteAllText(File, """
            {"zebra": [{"query_image_id": "a", "query_image_path": "i/a.png", "top_k_image_ids": ["b", "c"],
              "top_k_image_paths": ["i/b.png", "/x/c.png"], "top_k_scores": [0.9, 1], "more": 1}], "ape": []}
            """);

        IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> read = RetrievedImages.Read(File);

        Assert.Equal(["zebra", "ape"], read.Keys);
        RetrievedQuery query = Assert.Single(read["zebra"]);
        Assert.Equal(("a", "i/a.png"), (query.QueryImageId, query.QueryImagePath));
        Assert.Equal(["b", "c"], query.TopKImageIds);
        Assert.Equal(["i/b.png", "/x/c.png"], query.TopKImagePaths);
        Assert.Equal([0.9, 1], query.TopKScores);
    }

    [Fact]
    public void Write_AnyMethods_AreReadAgain()
    {
        Gen<RetrievedQuery> query =
            from hits in Gen.Select(Gen.String, Gen.String, Gen.Double[-1e9, 1e9]).List[0, 4]
            from id in Gen.String
            select new RetrievedQuery
            {
                QueryImageId = Clean(id),
                QueryImagePath = $"p/{Clean(id)}",
                TopKImageIds = [.. hits.Select(hit => Clean(hit.Item1))],
                TopKImagePaths = [.. hits.Select(hit => Clean(hit.Item2))],
                TopKScores = [.. hits.Select(hit => hit.Item3)],
            };
        Gen.Select(Gen.Int[0, 1000].ArrayUnique[1, 5], query.List[0, 3]).Sample((names, queries) =>
        {
            var methods = new OrderedDictionary<string, IReadOnlyList<RetrievedQuery>>();
            foreach (int name in names)
            {
                methods.Add($"m{name}", queries);
            }

            RetrievedImages.Write(File, methods);
            byte[] first = System.IO.File.ReadAllBytes(File);
            IReadOnlyDictionary<string, IReadOnlyList<RetrievedQuery>> read = RetrievedImages.Read(File);
            RetrievedImages.Write(File, read);

            Assert.Equal(methods.Keys, read.Keys);
            Assert.Equal(queries.SelectMany(q => q.TopKScores), read.Values.First().SelectMany(q => q.TopKScores));
            Assert.Equal(queries.SelectMany(q => q.TopKImagePaths), read.Values.First().SelectMany(q => q.TopKImagePaths));
            Assert.Equal(first, System.IO.File.ReadAllBytes(File));
        }, iter: 50, threads: 1);
    }

    [Theory]
    [InlineData("null", "names no method")]
    [InlineData("{}", "names no method")]
    [InlineData("[]", "line 1")]
    [InlineData("""{"m": null}""", "method m")]
    [InlineData("""{"m": [null]}""", "query 1")]
    [InlineData("""{"m": [{"query_image_id": "a"}]}""", "query_image_path")]
    [InlineData("""{"m": [], "m": []}""", "line 1")]
    [InlineData("""{"m": [{"query_image_id":"a","query_image_path":"a","top_k_image_ids":["b"],"top_k_image_paths":[],"top_k_scores":[]}]}""", "equally many")]
    [InlineData("""{"m": [{"query_image_id":"a","query_image_path":"a","top_k_image_ids":[null],"top_k_image_paths":["b"],"top_k_scores":[1]}]}""", "null")]
    public void Read_OtherJson_NamesFileAndPlace(string json, string expected)
    {
        System.IO.File.WriteAllText(File, json);

        var error = Assert.Throws<DatasetFormatException>(() => RetrievedImages.Read(File));

        Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ScoreThatIsNoNumber_IsRefusedAndNothingWritten()
    {
        var query = new RetrievedQuery { QueryImageId = "a", QueryImagePath = "a", TopKImageIds = ["b"], TopKImagePaths = ["b"], TopKScores = [double.NaN] };

        Assert.Throws<ArgumentException>(() => RetrievedImages.Write(File, new Dictionary<string, IReadOnlyList<RetrievedQuery>> { ["m"] = [query] }));
        Assert.False(System.IO.File.Exists(File));
    }

    // Half a surrogate pair is no text that JSON could hold.
    private static string Clean(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
}
