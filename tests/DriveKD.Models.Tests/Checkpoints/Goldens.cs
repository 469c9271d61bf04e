using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints;

/// <summary>The reference checkpoints, and how tests compare whole models.</summary>
internal static class Goldens
{
    public static readonly string[] Names = ["student", "student-448", "student-hf", "teacher", "teacher-6b", "teacher-6b-hf"];

    public static string Folder(string name) => TestPaths.RequireShared("golden", "internvl", name);

    /// <summary>Every parameter of a folder, in float32, owned by the caller's scope.</summary>
    public static Dictionary<string, Tensor> Load(string folder, ScalarType dtype = ScalarType.Float32)
    {
        ModelConfig config = ModelConfigReader.Read(folder);
        using Checkpoint checkpoint = Checkpoint.Open(folder);
        bool hasHead = CheckpointLoader.HasSeparateHead(checkpoint, config);
        Dictionary<string, Tensor> tensors = config.Family.Expected(config, hasHead)
            .ToDictionary(tensor => tensor.Name, tensor => full(tensor.Shape, float.NaN, dtype));
        CheckpointLoader.Load(checkpoint, config, tensors);
        return tensors;
    }

    public static void AssertEqual(Dictionary<string, Tensor> expected, Dictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in expected)
        {
            Assert.True(IsSame(tensor, actual[name]), name);
        }
    }

    public static bool IsSame(Tensor expected, Tensor actual)
    {
        using DisposeScope scope = NewDisposeScope();
        return expected.shape.AsSpan().SequenceEqual(actual.shape) && expected.dtype == actual.dtype && expected.eq(actual).all().ToBoolean();
    }

    /// <summary>Copies a folder, so that a test can break the copy.</summary>
    public static string CopyTo(string source, string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (string file in Directory.GetFiles(source))
        {
            // The bytes, not the mode: the reference files are read-only.
            File.WriteAllBytes(Path.Combine(destination, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        return destination;
    }
}
