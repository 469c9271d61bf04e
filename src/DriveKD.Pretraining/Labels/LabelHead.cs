namespace DriveKD.Pretraining.Labels;

/// <summary>One thing that is said of every image token, or of a picture as a whole.</summary>
/// <param name="Name">Lower-case letters, digits and underscores: it names metrics and tensors.</param>
/// <param name="Classes">What can be said, at least two; a label is an index into it. Of a token the first class means that there is nothing.</param>
/// <param name="Weight">The factor of its loss.</param>
public sealed record LabelHead(string Name, IReadOnlyList<string> Classes, double Weight = 1);
