namespace DriveKD.Evaluation.Quickstart;

/// <summary>A test scene with what is asked about it.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Picture">A sheet of its pictures, PNG.</param>
/// <param name="Questions">Some of its questions.</param>
public sealed record QuickstartScene(string Title, byte[] Picture, IReadOnlyList<QuickstartQuestion> Questions);
