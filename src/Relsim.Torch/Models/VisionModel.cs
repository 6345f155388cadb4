using Relsim.Torch.Nn;
using Relsim.Torch.Weights;
using Relsim.Torch.Weights.Peft;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Relsim.Torch.Models;

/// <summary>A vision transformer as encoders use it: images [B, 3, S, S] to features [B, F], not normalised, in the type of the weights.</summary>
internal abstract class VisionModel : WeightLayer
{
    protected VisionModel(string name)
        : base(name)
    {
    }

    /// <summary>S of the images that the positions were learnt at.</summary>
    public abstract int ImageSize { get; }

    /// <summary>Side of a patch in pixels.</summary>
    public abstract int PatchSize { get; }

    /// <summary>F.</summary>
    public abstract int FeatureSize { get; }

    /// <summary>Whether images of other sizes than <see cref="ImageSize"/> are taken, in multiples of <see cref="PatchSize"/>.</summary>
    public abstract bool InterpolatesPositions { get; }

    /// <summary>How the names of a checkpoint relate.</summary>
    public abstract WeightLoadOptions Names { get; }

    /// <summary>The module that an adapter's paths start from.</summary>
    public virtual Module AdapterRoot(LoraAdapter adapter) => this;

    /// <summary>Tokens that an image of these sides becomes, the class token included.</summary>
    public int CountTokens(int width, int height) => 1 + (width / PatchSize * (height / PatchSize));

    protected override void Assign(string name, Parameter parameter) => throw new InvalidOperationException($"The model itself has no parameter '{name}'.");
}
