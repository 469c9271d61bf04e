namespace DriveKD.Models.Checkpoints;

/// <summary>How far a reading or writing of weights has come.</summary>
/// <param name="BytesDone">Stored bytes done.</param>
/// <param name="BytesTotal">Stored bytes in all.</param>
/// <param name="Tensor">The tensor that was just finished.</param>
public sealed record LoadProgress(long BytesDone, long BytesTotal, string Tensor);
