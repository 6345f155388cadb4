using System.Numerics;
using Relsim.Scenes.Captions;
using Relsim.Scenes.Relations;
using Relsim.Scenes.Transformations;

namespace Relsim.Scenes.Tests.Transformations;

public class TransformationCatalogTests
{
    [Fact]
    public void All_Ids_DifferAndHaveCaptionsInEverySplit()
    {
        Assert.Equal(TransformationCatalog.All.Count, TransformationCatalog.All.DistinctBy(change => change.Id).Count());
        string[] captions = [.. TransformationCatalog.All.SelectMany(change => Enum.GetValues<Split>().SelectMany(split => CaptionCatalog.For(change.Id, split)))];
        Assert.Equal(CaptionCatalog.WordingsPerRelation * TransformationCatalog.All.Count, captions.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Compose_AnyLook_KeepsBothPanelsWithinTheirSquare()
    {
        foreach (Transformation change in TransformationCatalog.All)
        {
            for (ulong seed = 0; seed < 15; seed++)
            {
                Panels panels = change.Compose(Look.Create(Split.Train, seed), new SceneRandom(seed));
                Assert.NotEmpty(panels.Before);
                Assert.NotEmpty(panels.After);
                Assert.All(panels.Before.Concat(panels.After), e =>
                {
                    Bounds box = Placement.Box(e);
                    Assert.True(box.Min.X > -.08f && box.Min.Y > -.08f && box.Max.X < 1.08f && box.Max.Y < 1.08f, $"{change.Id} with seed {seed} reaches from {box.Min} to {box.Max}");
                });
            }
        }
    }

    [Theory]
    [InlineData("counted/one-more", 1)]
    [InlineData("counted/one-fewer", -1)]
    [InlineData("counted/two-more", 2)]
    [InlineData("counted/two-fewer", -2)]
    public void Compose_Counted_ChangesTheNumber(string id, int by)
    {
        for (ulong seed = 0; seed < 15; seed++)
        {
            Panels panels = Draw(id, seed);
            Assert.Equal(panels.Before.Count + by, panels.After.Count);
        }
    }

    [Fact]
    public void Compose_TurnedAndMirrored_AreWhatTheySay()
    {
        // A point right of the middle goes below it by a clockwise quarter turn (y down), left of it by a mirror, and above stays above.
        Assert.Equal(new Vector2(.5f, .75f), Moved("turned/quarter-right", new Vector2(.75f, .5f)), Near);
        Assert.Equal(new Vector2(.5f, .25f), Moved("turned/quarter-left", new Vector2(.75f, .5f)), Near);
        Assert.Equal(new Vector2(.25f, .5f), Moved("turned/half", new Vector2(.75f, .5f)), Near);
        Assert.Equal(new Vector2(.25f, .4f), Moved("mirrored/left-right", new Vector2(.75f, .4f)), Near);
        Assert.Equal(new Vector2(.75f, .6f), Moved("mirrored/top-bottom", new Vector2(.75f, .4f)), Near);
    }

    private static Panels Draw(string id, ulong seed) =>
        TransformationCatalog.All.Single(change => change.Id == id).Compose(Look.Create(Split.Train, seed), new SceneRandom(seed));

    // Where a point of the first picture lies in the second.
    private static Vector2 Moved(string id, Vector2 point)
    {
        Panels panels = Draw(id, 3);
        Element before = panels.Before[0], after = panels.After[0];
        Vector2 own = Placement.Turn(point - before.Position, -before.Rotation) / before.Size;
        return after.ToScene(own);
    }

    private static bool Near(Vector2 a, Vector2 b) => Vector2.Distance(a, b) < 1e-4f;
}
