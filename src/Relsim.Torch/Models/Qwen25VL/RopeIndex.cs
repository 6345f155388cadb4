using Relsim.Imaging;

namespace Relsim.Torch.Models.Qwen25VL;

/// <summary>
/// Where each token of a batch stands in time, row and column for the rotary embedding. Text moves on all three axes at once; the tokens of
/// an image share a time, those of a video move in time by its frame rate; text resumes after the largest position so far.
/// </summary>
/// <remarks>Letters: B rows, L columns of the batch. Mirrors `get_rope_index` (huggingface/transformers 4.50, modeling_qwen2_5_vl).</remarks>
internal sealed record RopeIndex
{
    /// <summary>Time, row and column.</summary>
    public const int Axes = 3;

    private const long AtPadding = 1;

    private readonly int length;
    private readonly long[] positions;

    private RopeIndex(TokenBatch batch)
    {
        length = batch.Length;
        positions = new long[Axes * batch.Rows * length];
        Array.Fill(positions, AtPadding);
        Next = new long[batch.Rows];
        RopeDeltas = new long[batch.Rows];
    }

    /// <summary>Positions [3, B, L], row-major; 1 at padding.</summary>
    public IReadOnlyList<long> PositionIds => positions;

    /// <summary>What to add to a column's number, counted with padding, for the position of a token after the prompt, [B].</summary>
    public long[] RopeDeltas { get; }

    /// <summary>The position on every axis of the first token after each prompt, [B].</summary>
    public long[] Next { get; }

    /// <summary>Places the tokens of a batch whose images and videos come in the order of their tokens, row by row.</summary>
    /// <param name="config">Token ids and sizes.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="images">Grids of the images, in patches.</param>
    /// <param name="videos">Grids of the videos, in patches.</param>
    /// <param name="secondsPerGrid">Seconds between two frames of each video's grid; 1 where null.</param>
    /// <exception cref="ArgumentException">The image or video tokens of the batch are not those of the grids.</exception>
    public static RopeIndex Create(
        Qwen25VLConfig config,
        TokenBatch batch,
        IReadOnlyList<GridThw> images,
        IReadOnlyList<GridThw>? videos = null,
        IReadOnlyList<float>? secondsPerGrid = null)
    {
        videos ??= [];
        if (secondsPerGrid is not null && secondsPerGrid.Count != videos.Count)
        {
            throw new ArgumentException($"There are {secondsPerGrid.Count} frame times for {videos.Count} videos.", nameof(secondsPerGrid));
        }

        var index = new RopeIndex(batch);
        var vision = new Queue<GridThw>(images);
        var film = new Queue<(GridThw, float)>(videos.Select((grid, i) => (grid, secondsPerGrid?[i] ?? 1f)));
        for (int row = 0; row < batch.Rows; row++)
        {
            index.Place(config, batch, row, vision, film);
        }

        return vision.Count == 0 && film.Count == 0
            ? index
            : throw new ArgumentException($"{vision.Count} images and {film.Count} videos have no tokens in the prompts.", nameof(batch));
    }

    /// <summary>The position of a place on an axis.</summary>
    public long Position(int axis, int row, int column) => positions[(((axis * RopeDeltas.Length) + row) * length) + column];

    private void Place(Qwen25VLConfig config, TokenBatch batch, int row, Queue<GridThw> images, Queue<(GridThw Grid, float Seconds)> videos)
    {
        int[] columns = [.. batch.Columns(row)];
        long next = 0;
        for (int i = 0; i < columns.Length;)
        {
            long id = batch.Id(row, columns[i]);
            if (id == config.ImageTokenId)
            {
                // A still image's frames do not move in time, however many there are.
                GridThw grid = images.TryDequeue(out GridThw image) ? image : throw Unmatched(row, "image", "no image is left for it");
                (i, next) = PlaceVision(config, batch, row, columns.AsSpan(), i, next, grid, 0);
            }
            else if (id == config.VideoTokenId)
            {
                (GridThw grid, float seconds) = videos.TryDequeue(out (GridThw, float) video) ? video : throw Unmatched(row, "video", "no video is left for it");
                (i, next) = PlaceVision(config, batch, row, columns.AsSpan(), i, next, grid, seconds);
            }
            else
            {
                Put(row, columns[i++], next, next, next);
                next++;
            }
        }

        Next[row] = next;
        RopeDeltas[row] = next - length;
    }

    /// <summary>Places the tokens of one image or video from <paramref name="first"/> on; returns the token and the position after it.</summary>
    private (int Token, long Next) PlaceVision(
        Qwen25VLConfig config, TokenBatch batch, int row, ReadOnlySpan<int> columns, int first, long start, GridThw grid, float seconds)
    {
        int merge = config.VisionConfig.SpatialMergeSize;
        (int height, int width) = (grid.H / merge, grid.W / merge);
        long id = batch.Id(row, columns[first]);
        long largest = start - 1;
        int i = first;
        for (int t = 0; t < grid.T; t++)
        {
            // In float32 and cut, as the reference's tensors do it.
            long time = (long)(t * seconds * config.VisionConfig.TokensPerSecond);
            for (int place = 0; place < height * width; place++, i++)
            {
                if (i >= columns.Length || batch.Id(row, columns[i]) != id)
                {
                    throw Unmatched(row, id == config.ImageTokenId ? "image" : "video", $"{grid} needs {grid.T * height * width} tokens, {i - first} are there");
                }

                Put(row, columns[i], start + time, start + (place / width), start + (place % width));
            }

            largest = Math.Max(largest, start + Math.Max(time, Math.Max(height, width) - 1));
        }

        return (i, largest + 1);
    }

    private void Put(int row, int column, long time, long y, long x)
    {
        int plane = RopeDeltas.Length * length;
        int place = (row * length) + column;
        positions[place] = time;
        positions[plane + place] = y;
        positions[(2 * plane) + place] = x;
    }

    private static ArgumentException Unmatched(int row, string kind, string reason) =>
        new($"Prompt {row} has an {kind} token that fits no {kind}: {reason}.");
}
