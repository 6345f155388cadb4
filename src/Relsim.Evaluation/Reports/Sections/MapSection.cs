using Relsim.Evaluation.Retrieval;
using Relsim.Imaging;

namespace Relsim.Evaluation.Reports.Sections;

/// <summary>The joint map of one query.</summary>
internal static class MapSection
{
    // Framed as the nearest by each method.
    private const int Neighbors = 5;

    /// <summary>The part; null where no joint scores are known or the query cannot be read.</summary>
    public static ReportPart? Of(JointScores? joint, ReportImages images)
    {
        if (joint is null || images.Load(joint.QueryPath) is not { } query)
        {
            return null;
        }

        var options = new JointMapOptions
        {
            Title = "Same logic, same look?",
            RelationalTitle = $"share a logic: score by {joint.RelationalMethod}",
            AttributeTitle = $"look alike: score by {joint.AttributeMethod}",
        };
        JointMapContent content = ToMap(joint, query, images);
        string sample = joint.Images.Count < joint.PoolSize ? $", a sample of {NumberText.Count(joint.PoolSize)}" : "";
        return new ReportPart("map", "Logic and look at a glance", Html.Empty, Html.Of($"""
            <p class="note">One query against {NumberText.Count(joint.Images.Count, "picture", "pictures")}{sample}: to the right what {joint.AttributeMethod} calls alike, to the top what {joint.RelationalMethod} does.
            At the top left are the finds that a search by looks misses. Higher is closer on both axes.</p>
            <figure class="map"><picture>
            <source media="(prefers-color-scheme: dark)" srcset="{DataUri.Of(JointMap.PaintJpeg(content, options with { Theme = MapTheme.Dark }))}">
            <img src="{DataUri.Of(JointMap.PaintJpeg(content, options))}" width="1600" height="1200"
            alt="Map of {NumberText.Count(joint.Images.Count)} pictures by {joint.AttributeMethod}, left to right, and {joint.RelationalMethod}, bottom to top, for the query {joint.QueryId}">
            </picture></figure>
            """));
    }

    private static JointMapContent ToMap(JointScores joint, RgbImage query, ReportImages images)
    {
        int[] all = [.. Enumerable.Range(0, joint.Images.Count)];
        HashSet<int> relational = [.. JointScores.Nearest(all, [.. joint.Images.Select(image => image.Relational)], Neighbors)];
        HashSet<int> attribute = [.. JointScores.Nearest(all, [.. joint.Images.Select(image => image.Attribute)], Neighbors)];
        JointMapItem[] items =
        [
            .. joint.Images.Select((image, i) => new JointMapItem(
                () => images.Load(image.Path),
                image.Attribute,
                image.Relational,
                relational.Contains(i) ? MapMark.RelationalNeighbor : attribute.Contains(i) ? MapMark.AttributeNeighbor : MapMark.None)),
        ];
        return new JointMapContent(query, items, $"query {joint.QueryId}");
    }
}
