using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>What a measurement needs in memory, about: the copies of parameters and the maps that are held. Refuses what will not fit.</summary>
internal static class BenchMemory
{
    // Weights, gradient, two moments, what was accumulated, four gradients and as many weighted, three merged, three projected, their sum.
    private const double PublishedCopies = 20;

    // Weights, two moments, four gradients, the update.
    private const double EngineCopies = 8;

    /// <summary>Bytes of the published schedule.</summary>
    /// <param name="shape">Models and samples.</param>
    /// <param name="bytesPerValue">4 or 2.</param>
    public static double Published(BenchShape shape, double bytesPerValue)
    {
        double tokens = shape.Tokens;
        double maps = sizeof(float) * tokens * tokens * ((2.0 * shape.Student.Language.Heads * shape.Student.Language.Layers) + (shape.Teacher.Language.Heads * shape.Teacher.Language.Layers));
        return (bytesPerValue * ((PublishedCopies * Count(shape.Student)) + Count(shape.Teacher))) + maps;
    }

    /// <summary>Bytes of the engine.</summary>
    /// <param name="shape">Models and samples.</param>
    /// <param name="bytesPerValue">4 or 2.</param>
    public static double Engine(BenchShape shape, double bytesPerValue) =>
        bytesPerValue * ((EngineCopies * Count(shape.Student)) + Count(shape.Teacher));

    /// <summary>Refuses a measurement that will not fit.</summary>
    /// <param name="settings">The measurement.</param>
    /// <param name="bytesPerValue">4 or 2.</param>
    /// <param name="availableBytes">What there is; null where it is not known.</param>
    /// <exception cref="InputException">It needs more.</exception>
    public static void Check(BenchSettings settings, double bytesPerValue, long? availableBytes)
    {
        (double engine, double published) = (Engine(settings.Shape, bytesPerValue), Published(settings.Shape, bytesPerValue));
        double need = settings.RunsPublished ? Math.Max(engine, published) : engine;
        if (availableBytes is not long available || need <= available)
        {
            return;
        }

        string remedy = settings.RunsPublished && engine <= available
            ? string.Create(CultureInfo.InvariantCulture, $"--engine-only leaves the published schedule out and needs about {ByteCount.Format(engine)}; or take a smaller shape.")
            : "take a smaller shape, fewer pictures, or another device.";
        throw new InputException(
            $"--shape {settings.Shape.Name}",
            $"needs about {ByteCount.Format(need)} of memory, {ByteCount.Format(available)} are available: {remedy}");
    }

    private static double Count(ModelConfig config) =>
        config.Family.Expected(config, hasHead: !config.Language.TiesWordEmbeddings).Sum(tensor => (double)tensor.ElementCount);
}
