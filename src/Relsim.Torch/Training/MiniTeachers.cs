using Relsim.Torch.Models.Mini;
using Relsim.Torch.Weights;
using TorchSharp;
using static Relsim.Torch.Native.KeptScalars;
using static TorchSharp.torch;

namespace Relsim.Torch.Training;

/// <summary>
/// Finished models that say how alike pictures are, for a student to learn from: the mean of their cosines (distillation of relations between examples, Park et
/// al. 2019, equation 2, with cosines for distances).
/// </summary>
internal sealed class MiniTeachers : IDisposable
{
    private const float Temperature = 0.1f;

    private static readonly Scalar Scale = 0.5f / (Temperature * Temperature);

    private readonly MiniModel[] _models;

    /// <summary>Loads the weights files of models of one shape.</summary>
    /// <exception cref="WeightsException">A file is not of that shape; the message names it and the tensor.</exception>
    public MiniTeachers(MiniConfig config, IReadOnlyList<string> weights, Device device)
    {
        _models = [.. weights.Select(Load)];

        MiniModel Load(string path)
        {
            var model = new MiniModel(config);
            ModuleWeights.Load(model, path);
            model.to(device);
            model.FoldNorms();
            return model;
        }
    }

    /// <summary>The mean of the teachers' cosines: images [B, 3, S, S] to [B, B].</summary>
    public Tensor Cosines(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor side = cat([.. _models.Select(model => model.EncodeImages(images).Relational)], 1); // [B, TR], T teachers
        using Scalar count = _models.Length;
        return side.matmul(side.t()).div(count).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The student's squared errors over 2 s^2, with s = 0.1 as in the losses that taught the teachers: their mean over all pairs of pictures and, as that holds
    /// few of them, their mean over the pairs within groups of <paramref name="group"/> pictures in a row. Images [B, 3, S, S], the student's unit vectors [B, R].
    /// </summary>
    public Tensor Loss(Tensor images, Tensor embeddings, long group)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor error = embeddings.matmul(embeddings.t()) - Cosines(images);          // [B, B]
        Tensor squares = error * error;
        long groups = squares.shape[0] / group;
        Tensor within = squares.view(groups, group, groups, group).diagonal(0, 0, 2); // [group, group, groups]
        return squares.mean().add(within.mean(), One).mul(Scale).MoveToOuterDisposeScope();
    }

    public void Dispose() => Array.ForEach(_models, model => model.Dispose());
}
