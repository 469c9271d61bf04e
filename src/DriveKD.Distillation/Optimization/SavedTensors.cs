using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Optimization;

/// <summary>Takes saved tensors back into what remembers some per parameter.</summary>
internal static class SavedTensors
{
    private const string Where = "the saved training state";

    /// <summary>Refuses tensors that do not belong to the parameters.</summary>
    /// <param name="saved">What was saved.</param>
    /// <param name="expected">Every name that can be taken, with a tensor of its shape.</param>
    /// <param name="isWhole">Whether none may be missing.</param>
    /// <exception cref="InputException">Every tensor that is unknown, missing, of another shape or another dtype.</exception>
    public static void Check(IReadOnlyDictionary<string, Tensor> saved, IReadOnlyDictionary<string, Tensor> expected, bool isWhole)
    {
        ProblemList problems = new();
        foreach (string name in saved.Keys.Where(name => !expected.ContainsKey(name)).Order(StringComparer.Ordinal))
        {
            problems.Add(Where, $"holds {name}, but no such parameter is trained. Resume with the recipe of that run.");
        }

        foreach ((string name, Tensor like) in expected)
        {
            if (!saved.TryGetValue(name, out Tensor? tensor))
            {
                if (isWhole)
                {
                    problems.Add(Where, $"holds no {name}. Resume with the recipe of that run.");
                }
            }
            else if (!tensor.shape.SequenceEqual(like.shape) || tensor.dtype != like.dtype)
            {
                problems.Add(
                    Where,
                    $"{name} is {tensor.dtype} [{string.Join(", ", tensor.shape)}], expected {like.dtype} [{string.Join(", ", like.shape)}]. Resume with the student of that run.");
            }
        }

        problems.ThrowIfAny();
    }

    /// <summary>Puts a copy in the place of a tensor, or nothing where nothing was saved.</summary>
    /// <param name="place">Its old tensor is disposed.</param>
    /// <param name="saved">What was saved.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="device">Where it shall live.</param>
    public static void Replace(ref Tensor? place, IReadOnlyDictionary<string, Tensor> saved, string name, Device device)
    {
        using IDisposable noGrad = no_grad();
        Tensor? copy = saved.TryGetValue(name, out Tensor? tensor) ? tensor.to(device, copy: true).DetachFromDisposeScope() : null;
        place?.Dispose();
        place = copy;
    }
}
