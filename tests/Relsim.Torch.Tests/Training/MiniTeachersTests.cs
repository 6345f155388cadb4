using Relsim.Torch.Models.Mini;
using Relsim.Torch.Tests.Models.Mini;
using Relsim.Torch.Training;
using Relsim.Torch.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Relsim.Torch.Tests.Training;

[Collection(SharedGenerator.Name)]
public sealed class MiniTeachersTests
{
    [Fact]
    public void Cosines_TwoTeachers_AreTheMeanOfWhatEachSays()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));
        (string file, Tensor cosines)[] made = [Teacher(folder, "one", images), Teacher(folder, "two", images)];
        using var teachers = new MiniTeachers(TinyMini.Config(), [.. made.Select(teacher => teacher.file)], CPU);

        Tensor actual = teachers.Cosines(images);

        Tensor expected = (made[0].cosines + made[1].cosines) / 2;
        Assert.True((made[0].cosines - made[1].cosines).abs().max().item<float>() > 0.05, "the teachers must differ");
        Assert.True((expected - actual).abs().max().item<float>() < 1e-4, "not the mean");
        Assert.False(actual.requires_grad);
    }

    [Fact]
    public void Loss_StudentThatSaysTheSame_IsNothing()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1));
        (string file, _) = Teacher(folder, "one", images);
        using var teachers = new MiniTeachers(TinyMini.Config(), [file], CPU);
        using MiniModel student = Load(file);

        Assert.Equal(0, teachers.Loss(images, student.EncodeImages(images).Relational, 8).item<float>(), 1e-6);
    }

    [Fact]
    public void Loss_Errors_CountOnceAmongAllPairsAndOnceWithinTheirGroup()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        Tensor images = TinyMini.ToTensor(TinyMini.Batch(1)).narrow(0, 0, 6);
        (string file, Tensor cosines) = Teacher(folder, "one", images);
        using var teachers = new MiniTeachers(TinyMini.Config(), [file], CPU);

        double actual = teachers.Loss(images, eye(6), 3).item<float>();

        double all = 0, within = 0;
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                double square = Math.Pow((i == j ? 1 : 0) - cosines[i, j].item<float>(), 2);
                all += square / 36;
                within += i / 3 == j / 3 ? square / 18 : 0;
            }
        }

        Assert.Equal((all + within) / (2 * 0.1 * 0.1), actual, 1e-2);
    }

    [Fact]
    public void Constructor_WeightsOfAnotherShape_NamesTheFile()
    {
        using var folder = new TemporaryFolder();
        using DisposeScope scope = NewDisposeScope();
        (string file, _) = Teacher(folder, "one", TinyMini.ToTensor(TinyMini.Batch(1)));

        WeightsException error = Assert.Throws<WeightsException>(() => new MiniTeachers(TinyMini.Config() with { Width = 16 }, [file], CPU));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    // A model of random weights, its file, and what it says of the images.
    private static (string File, Tensor Cosines) Teacher(TemporaryFolder folder, string name, Tensor images)
    {
        string file = folder.File($"{name}.safetensors");
        using MiniModel model = TinyMini.Model(TinyMini.Config());
        ModuleWeights.Save(model, file);
        using IDisposable frozen = no_grad();
        Tensor embeddings = model.EncodeImages(images).Relational;
        return (file, embeddings.matmul(embeddings.t()));
    }

    private static MiniModel Load(string file)
    {
        var model = new MiniModel(TinyMini.Config());
        ModuleWeights.Load(model, file);
        model.eval();
        return model;
    }
}
