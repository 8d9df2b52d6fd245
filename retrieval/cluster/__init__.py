"""The same index in Milvus, on one machine or many: what is built here is sent there, and asked there."""
