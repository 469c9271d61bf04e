namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Which picture it is: what the randomness of its corruption depends on beside the seed, the kind and the severity.</summary>
/// <param name="Name">The picture's own name. Of a nuScenes picture the file's name, so that it does not matter where it lies.</param>
/// <param name="Frame">What the pictures of one moment share; the name where nothing is known of others.</param>
/// <param name="Camera">The camera's name; null where it is not known, which counts as the first.</param>
public sealed record PictureIdentity(string Name, string Frame, string? Camera);
