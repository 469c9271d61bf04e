using System.Globalization;
using System.Runtime.InteropServices;
using DriveKD.Distillation.Batching;

namespace DriveKD.Distillation.Memory;

/// <summary>Recognises libtorch's word for memory that ran out, and says what a user can do.</summary>
internal static class MemoryShortage
{
    private static readonly string[] _words = ["out of memory", "can't allocate memory", "not enough memory", "std::bad_alloc"];

    /// <summary>Whether an exception, of .NET or of libtorch, means this.</summary>
    /// <param name="exception">The exception.</param>
    public static bool IsMeant(Exception exception) =>
        exception is OutOfMemoryException || (exception is ExternalException && IsMeant(exception.Message));

    /// <summary>Whether a message of libtorch means this.</summary>
    /// <param name="message">The message.</param>
    public static bool IsMeant(string message) => _words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>What happened and what to do.</summary>
    /// <param name="batch">The samples that were being computed.</param>
    /// <param name="message">libtorch's message.</param>
    public static string Explain(IReadOnlyList<EncodedSample> batch, string message)
    {
        int longest = batch.Max(sample => sample.TokenIds.Count);
        string smaller = batch.Count > 1
            ? string.Create(CultureInfo.InvariantCulture, $"set train.batch_size below {batch.Count} and train.accumulation above, ")
            : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"memory ran out over {batch.Count} x {longest} tokens ({batch.Sum(sample => sample.PictureCount)} pictures): {FirstLine(message)}. ")
            + $"The state before this step is saved; {smaller}use precision bfloat16, adapters (train.lora) or fewer pictures, and resume with --resume RUN --allow-changed.";
    }

    /// <summary>What happened outside a batch and what to do.</summary>
    /// <param name="message">libtorch's message.</param>
    public static string Explain(string message) =>
        $"memory ran out: {FirstLine(message)}. The last whole step is saved; train less (train.trainable, train.lora), or end other programs, and resume with --resume RUN --allow-changed.";

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd('.');
}
