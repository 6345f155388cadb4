using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models.Mini;

/// <summary>
/// Which places of a feature map resemble each other, whatever they show: the map's products of all pairs of places, summed over the pairs that lie
/// equally far apart (repeats) or equally about an axis or a centre (symmetries).
/// </summary>
/// <remarks>
/// With unit energy, the sums over equal displacement are the map's autocorrelation, and those over equal sums of coordinates its correlation with its
/// mirrored and half-turned copies at every displacement. B images, S side of the map, C channels, G groups, K channels of a group.
/// </remarks>
internal sealed class PairStatistics : Module<Tensor, Tensor>
{
    private const int Groups = 2;
    private const int GroupChannels = 16;

    private static readonly Scalar LeastEnergy = 1e-3f;

    private readonly Conv2d project;
    [ComponentName(Name = "out_proj")]
    private readonly Linear outProj;

    public PairStatistics(int channels, int side, int length)
        : base(nameof(PairStatistics))
    {
        project = Conv2d(channels, Groups * GroupChannels, 1);
        int sums = (2 * side) - 1;
        outProj = Linear(Groups * 4 * sums * sums, length);
        RegisterComponents();
    }

    /// <summary>A map [B, C, S, S] to features [B, F].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional.relu(outProj.call(Sums(input))).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The sums themselves [B, 4G (2S - 1)^2]: of pairs with equal sums of both coordinates (half turns), of one (two mirrors), and of none (displacements).
    /// </summary>
    internal Tensor Sums(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = input.shape[0], side = input.shape[2];
        Tensor x = project.call(input).to_type(ScalarType.Float32).reshape(batch * Groups, GroupChannels, side * side); // [BG, K, SS]
        x = x - x.mean([2L], keepdim: true);
        Tensor energy = (x * x).sum([1L, 2L], keepdim: true).add(LeastEnergy, One);  // [BG, 1, 1]
        Tensor products = x.transpose(1, 2).bmm(x) / energy;                         // [BG, SS, SS]
        Tensor pairs = products.view(batch * Groups, side, side, side, side).permute(0, 1, 3, 2, 4); // [BG, y1, y2, x1, x2]
        var statistics = new List<Tensor>();
        foreach (Tensor across in new[] { pairs, pairs.flip(4) })
        {
            Tensor columns = BySum(across).permute(0, 3, 1, 2);                      // [BG, 2S - 1, y1, y2]
            statistics.Add(BySum(columns).view(batch, -1));                          // [B, G (2S - 1)^2]
            statistics.Add(BySum(columns.flip(3)).view(batch, -1));
        }

        return cat(statistics, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Squares [..., S, S] added up along their antidiagonals: [..., 2S - 1].</summary>
    // Rows padded to twice their length and read back one shorter: element (i, j) comes to stand in column i + j.
    internal static Tensor BySum(Tensor square)
    {
        long[] shape = square.shape;
        long side = shape[^1];
        Tensor sheared = functional.pad(square, [0, side]).flatten(-2).narrow(-1, 0, side * ((2 * side) - 1));
        return sheared.reshape([.. shape[..^2], side, (2 * side) - 1]).sum(-2);      // [..., 2S - 1]
    }
}
