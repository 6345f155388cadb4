using Relsim.Datasets;
using Relsim.Evaluation.Methods;
using Relsim.Evaluation.Retrieval;

namespace Relsim.Evaluation.Tests.Retrieval;

public sealed class JointCollectorTests
{
    private static readonly PoolImage[] Pool = [.. Enumerable.Range(0, 40).Select(i => new PoolImage($"p{i}", Path.GetFullPath($"{i}.png"), i == 39 ? "0" : $"{i}"))];

    [Fact]
    public void Finish_OfARelationalAndAnAttributeMethod_HasTheirScoresWithoutTwins()
    {
        JointScores scores = Collect("pixels", "mini", "clip-i").Finish(seed: 1)!;
        Assert.Equal(("mini", "clip-i", "p0", 38), (scores.RelationalMethod, scores.AttributeMethod, scores.QueryId, scores.PoolSize));
        Assert.Equal(Pool.Skip(1).Take(38).Select(image => image.Path), scores.Images.Select(image => image.Path));
        Assert.All(scores.Images, image => Assert.Equal(Score(1, image.Path), image.Relational, 5));
        Assert.All(scores.Images, image => Assert.Equal(Score(2, image.Path), image.Attribute, 5));
    }

    [Theory]
    [InlineData("mini")]
    [InlineData("clip-i")]
    [InlineData("clip-i", "hog")]
    public void Finish_WithoutSuchMethods_IsNull(params string[] methods) => Assert.Null(Collect(methods).Finish(seed: 1));

    [Fact]
    public void Of_ALargerPoolThanKept_KeepsTheNearestByEachAndTheSameSampleAgain()
    {
        (string, float[]) relational = ("mini", Row(1)), attribute = ("clip-i", Row(2));
        var options = new JointScoresOptions { Images = 12, Neighbors = 3, Seed = 4 };
        JointScores scores = JointScores.Of(Pool, 0, relational, attribute, options);
        Assert.Equal(12, scores.Images.Count);
        Assert.Equal(scores.Images, JointScores.Of(Pool, 0, relational, attribute, options).Images);
        foreach (float[] row in new[] { Row(1), Row(2) })
        {
            int[] nearest = [.. Enumerable.Range(1, 38).OrderByDescending(i => row[i]).Take(3)];
            Assert.All(nearest, i => Assert.Contains(scores.Images, image => image.Path == Pool[i].Path));
        }
    }

    [Fact]
    public void Write_AndRead_GiveTheSameWithPathsFromTheFolderOn()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relsim-joint-");
        try
        {
            JointScores written = Collect("mini", "mini-attribute").Finish(seed: 1)!;
            written.Write(folder.FullName);
            JointScores read = JointScores.Read(folder.FullName)!;
            Assert.Equal(written.QueryPath, Path.GetFullPath(Path.Combine(folder.FullName, read.QueryPath)));
            Assert.Equal(written.Images.Select(image => image.Relational), read.Images.Select(image => image.Relational));
            Assert.Null(JointScores.Read(Path.Combine(folder.FullName, "none")));
            File.WriteAllText(Path.Combine(folder.FullName, JointScores.FileName), "{\n\"queryId\": 7}");
            Assert.Equal(2, Assert.Throws<DatasetFormatException>(() => JointScores.Read(folder.FullName)).Line);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JointCollector Collect(params string[] methods)
    {
        var collector = new JointCollector(Pool, [0]);
        for (int i = 0; i < methods.Length; i++)
        {
            // Distances to the query stand for any method: their negatives are the scores.
            collector.Add(new MethodDistances(methods[i], Row(i).Select(score => -score).ToArray(), QueryCount: 1));
        }

        return collector;
    }

    private static float[] Row(int method) => [.. Pool.Select(image => Score(method, image.Path))];

    private static float Score(int method, string path) => int.Parse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture) * (7 + method) % 41 / 41f;
}
