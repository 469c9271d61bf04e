using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints;

/// <summary>The tensors of a file follow one another without gap or overlap up to its last byte.</summary>
internal static class SafetensorsLayout
{
    /// <summary>Notes every overlap, hole and surplus.</summary>
    /// <param name="file">For messages.</param>
    /// <param name="entries">The tensors whose place is known.</param>
    /// <param name="dataStart">Where the data begins in the file.</param>
    /// <param name="fileLength">Bytes of the file.</param>
    /// <param name="isComplete">False where the place of a tensor is not known: then holes mean nothing.</param>
    /// <param name="problems">Takes what is found.</param>
    public static void Check(
        string file, IReadOnlyList<TensorEntry> entries, long dataStart, long fileLength, bool isComplete, ProblemList problems)
    {
        TensorEntry[] sorted = [.. entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.ByteLength)];
        long end = dataStart;
        string last = string.Empty;
        foreach (TensorEntry entry in sorted)
        {
            if (entry.Offset < end)
            {
                problems.Add($"{file}, tensor {entry.Name}", $"shares {end - entry.Offset} bytes of data with tensor {last}.");
            }
            else if (entry.Offset > end && isComplete)
            {
                problems.Add($"{file}, tensor {entry.Name}", $"{entry.Offset - end} bytes before its data belong to no tensor.");
            }

            if (entry.Offset + entry.ByteLength >= end)
            {
                (end, last) = (entry.Offset + entry.ByteLength, entry.Name);
            }
        }

        if (isComplete && end < fileLength)
        {
            problems.Add(file, $"{fileLength - end} bytes at the end belong to no tensor.");
        }
    }
}
