namespace DriveKD.Analysis.Study;

/// <summary>One point of a curve.</summary>
/// <param name="Index">The hidden state from 0, the layer from 1, or the bin from 0: <see cref="StudyKind"/> says which.</param>
/// <param name="Mean">The estimate over samples.</param>
/// <param name="Low">The lower end of the band; null where there are too few samples for one.</param>
/// <param name="High">The upper end.</param>
/// <param name="Count">The samples that have a value here.</param>
public sealed record CurvePoint(int Index, double Mean, double? Low, double? High, int Count);
